"""The pages for people: rendered on the server, complete without a script. `routes` lists every address."""
