with touched_loads as (

    select * from {{ ref('touched_load') }}

),

loads as (

    select * from {{ ref('stg_loads') }}

),

submissions as (

    select * from {{ ref('stg_submissions') }}

),

final as (

    select distinct submissions.regency_code
    from touched_loads
    inner join loads using (load_seq)
    inner join submissions using (submission_id)
    where submissions.dataset in ('industry_units', 'ovop_products')

)

select * from final
