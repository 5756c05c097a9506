"""What a log or a spec claims, checked against the live objects: variables, files, hosts, Services, policies."""
