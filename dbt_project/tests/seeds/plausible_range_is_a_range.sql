-- The lowest plausible price lies below the highest.
select *
from {{ ref('commodities') }}
where plausible_min_idr >= plausible_max_idr
