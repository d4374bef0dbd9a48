"""The PostgreSQL warehouse: connections per role, roles, migrations, and the embedded server of a local installation."""
