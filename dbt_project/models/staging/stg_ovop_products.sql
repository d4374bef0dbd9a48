with product_rows as (

    select
        submission_id,
        load_seq,
        sheet,
        row_number,
        data_year,
        regency_code,
        product_name,
        group_name,
        village_name,
        district_name,
        star_count,
        unit_count,
        worker_count,
        turnover_idr
    from {{ source('raw', 'ovop_products') }}

),

final as (

    select product_rows.*
    from product_rows
    where {{ counts_in_this_build('product_rows') }}

)

select * from final
