-- The OVOP products in force, each once per regency, year, village and name.
with products as (

    select * from {{ ref('stg_ovop_products') }}

),

submissions as (

    select * from {{ ref('stg_submissions') }}

),

accepted as (

    select
        products.*,
        submissions.received_at,
        {{ product_words('products.product_name') }} as product_words,
        {{ name_key('products.product_name') }} as product_key,
        {{ name_key('products.group_name') }} as group_key,
        {{ village_key('products.village_name') }} as village_key
    from products
    inner join submissions using (submission_id)

),

latest as (

    {{ latest_accepted('accepted', ['regency_code', 'data_year', 'village_key', 'product_key']) }}

),

final as (

    select
        latest.regency_code,
        latest.data_year,
        latest.village_key,
        latest.product_key,
        latest.product_words,
        latest.group_key,
        latest.product_name,
        latest.village_name,
        latest.district_name,
        latest.star_count,
        latest.unit_count,
        latest.worker_count,
        latest.turnover_idr,
        latest.submission_id,
        latest.sheet,
        latest.row_number
    from latest

)

select * from final
