"""One `dbt build` of the work schema: what it covers, what it made, why it failed; results into `audit`."""
