"""The only importer of sqlalchemy: incidents, leases, offers."""
