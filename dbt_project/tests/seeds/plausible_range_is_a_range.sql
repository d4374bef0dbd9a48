-- The lowest plausible price lies below the highest.
select
    commodity_code,
    plausible_min_idr,
    plausible_max_idr
from {{ ref('commodities') }}
where plausible_min_idr >= plausible_max_idr
