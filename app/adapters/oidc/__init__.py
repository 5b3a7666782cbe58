"""Signing in with a provider of OpenID Connect, over Authlib."""
