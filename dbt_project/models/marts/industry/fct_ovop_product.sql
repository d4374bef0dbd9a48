with products as (

    select * from {{ ref('int_ovop_product') }}

),

units as (

    select * from {{ ref('int_industry_unit') }}

),

-- Which units of the register make it, by the rule of int_industry_unit.
makers as (

    select
        units.regency_code,
        units.data_year,
        units.village_key,
        units.ovop_product_key,
        count(*) as register_unit_count
    from units
    where units.is_ovop and units.is_active
    group by units.regency_code, units.data_year, units.village_key, units.ovop_product_key

),

final as (

    select
        products.regency_code,
        products.data_year,
        products.product_name,
        products.village_name,
        products.district_name,
        products.star_count,
        products.unit_count,
        products.worker_count,
        products.submission_id,
        products.sheet,
        products.row_number,
        concat_ws('-', products.regency_code, products.village_key, products.product_key)
            as ovop_product_code,
        case when products.star_count is null then 'not_rated' end as star_count_reason,
        case
            when products.star_count <= 2 then 'regency'
            when products.star_count = 3 then 'province'
            when products.star_count >= 4 then 'centre'
        end as fostered_by,
        case when products.unit_count is null then 'not_reported' end as unit_count_reason,
        coalesce(makers.register_unit_count, 0) as register_unit_count,
        case when products.worker_count is null then 'not_reported' end as worker_count_reason,
        case when products.unit_count >= {{ fewest_units_for_money() }} then products.turnover_idr end
            as turnover_idr,
        case
            when products.turnover_idr is null then 'not_reported'
            when products.unit_count is null then 'unit_count_not_reported'
            when products.unit_count < {{ fewest_units_for_money() }} then 'too_few_units'
        end as turnover_idr_reason
    from products
    left join makers
        on
            products.regency_code = makers.regency_code
            and products.data_year = makers.data_year
            and products.village_key = makers.village_key
            and products.product_key = makers.ovop_product_key

)

select * from final
