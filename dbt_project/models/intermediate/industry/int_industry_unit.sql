{{ config(
    indexes=[{'columns': ['unit_key', 'data_year'], 'unique': True}],
    post_hook='analyze {{ this }}',
) }}

with register as (

    select * from {{ ref('int_industry_register') }}

),

size_classes as (

    select * from {{ ref('size_classes') }}

),

creative_subsectors as (

    select * from {{ ref('creative_subsectors') }}

),

creative_lists as (

    select * from {{ ref('creative_lists') }}

),

core_competences as (

    select * from {{ ref('core_competences') }}

),

ovop_products as (

    select * from {{ ref('int_ovop_product') }}

),

-- A village's products of a year side by side, so that a unit is joined with at most one row of them.
ovop_villages as (

    select
        ovop_products.regency_code,
        ovop_products.data_year,
        ovop_products.village_key,
        array_agg(ovop_products.product_key order by ovop_products.product_key) as product_keys,
        array_agg(ovop_products.product_words order by ovop_products.product_key) as product_words,
        array_agg(ovop_products.group_key order by ovop_products.product_key) as group_keys,
        array_agg(ovop_products.star_count order by ovop_products.product_key) as star_counts
    from ovop_products
    group by ovop_products.regency_code, ovop_products.data_year, ovop_products.village_key

),

listed_subsectors as (

    select
        creative_subsectors.subsector_code,
        creative_lists.valid_from_year,
        creative_lists.valid_to_year
    from creative_subsectors
    inner join creative_lists using (list_version)

),

counted as (

    select
        register.*,
        coalesce(register.male_count + register.female_count, register.male_count, register.female_count)
            as worker_count,
        {{ product_words('register.product_name') }} as product_words,
        {{ product_words("concat_ws(' ', register.product_name, register.commodity_made)") }} as made_words
    from register

),

final as (

    select
        counted.unit_key,
        counted.data_year,
        counted.regency_code,
        counted.kbli_code,
        counted.kbli_version,
        counted.kbli_2020_code,
        left(counted.kbli_key, 2) as division_code,
        sizes.size_class,
        counted.male_count,
        counted.female_count,
        counted.worker_count,
        counted.investment_idr,
        counted.production_idr,
        counted.material_idr,
        counted.export_pct,
        counted.is_halal,
        counted.is_sni,
        ovop.product_key as ovop_product_key,
        ovop.star_count,
        counted.submission_id,
        counted.sheet,
        counted.row_number,
        counted.identified_by,
        counted.unit_nib_key as nib,
        counted.company_name,
        counted.owner_name,
        counted.address,
        counted.village_name,
        counted.district_name,
        counted.branch_name,
        counted.commodity_made,
        counted.product_name,
        counted.capacity,
        counted.capacity_unit,
        counted.brand_name,
        counted.reported_size_class,
        counted.name_key,
        counted.village_key,
        counted.kbli_key,
        case
            when sizes.size_class is not null then null
            when counted.worker_count is null and counted.investment_idr is null
                then 'workers_and_investment_not_stated'
            when counted.worker_count is null then 'workers_not_stated'
            when counted.investment_idr is null then 'investment_not_stated'
            else 'no_rule'
        end as size_class_reason,
        coalesce(sizes.size_class in ('small', 'medium'), false) as is_ikm,
        subsectors.subsector_code is not null as is_creative,
        subsectors.subsector_code as creative_subsector,
        {{ is_among_kbli('counted.kbli_key', 'agro_kbli') }} as is_agro,
        ovop.product_key is not null as is_ovop,
        exists (
            select 1
            from core_competences
            where
                core_competences.regency_code = counted.regency_code
                and starts_with(counted.kbli_key, core_competences.kbli_prefix)
                and (
                    core_competences.product_word is null
                    or position(core_competences.product_word in counted.made_words) > 0
                )
                and counted.data_year
                between core_competences.valid_from_year and coalesce(core_competences.valid_to_year, 9999)
        ) as is_core_competence,
        lower(btrim(counted.brand_name)) not in ('tidak', 'belum', 'n', 'no', 't') as has_brand,
        counted.unit_status = 'active' as is_active
    from counted
    left join size_classes as sizes
        on {{ size_class_holds('counted', 'sizes') }}
    left join listed_subsectors as subsectors
        on
            counted.creative_subsector = subsectors.subsector_code
            and counted.data_year between subsectors.valid_from_year and coalesce(subsectors.valid_to_year, 9999)
    left join ovop_villages
        on
            counted.regency_code = ovop_villages.regency_code
            and counted.data_year = ovop_villages.data_year
            and counted.village_key = ovop_villages.village_key
    left join lateral (
        select
            products.product_key,
            products.star_count
        from unnest(
            ovop_villages.product_keys,
            ovop_villages.product_words,
            ovop_villages.group_keys,
            ovop_villages.star_counts
        ) as products (product_key, product_words, group_key, star_count)
        where
            {{ is_same_product('counted.product_words', 'products.product_words') }}
            or counted.name_key = products.group_key
        order by products.star_count desc nulls last, products.product_key asc
        limit 1
    ) as ovop on true

)

select * from final
