"""Short programs that use the client. They speak an invented contract: GET and PUT {system}/people/{person}/{key}."""
