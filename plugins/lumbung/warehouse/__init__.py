"""The PostgreSQL warehouse: connections per role, migrations, and the embedded server for one machine."""
