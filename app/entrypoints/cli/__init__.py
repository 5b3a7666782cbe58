"""The command line: `cutover`. The same services, on the database that the settings name; no server needed."""
