"""Names the WSGI callable: `granian --interface wsgi wsgi:app`, `gunicorn wsgi:app`."""

from app.bootstrap import wsgi_app

app = wsgi_app()
