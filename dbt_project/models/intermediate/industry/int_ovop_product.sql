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

final as (

    {{ latest_accepted('accepted', ['regency_code', 'data_year', 'village_key', 'product_key']) }}

)

select * from final
