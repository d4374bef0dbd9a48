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

-- The rule of a data year is the one in force on its last day.
rules as (

    select
        size_classes.rule_version,
        min(size_classes.valid_from) as valid_from,
        coalesce(max(size_classes.valid_to), 'infinity') as valid_to
    from size_classes
    group by size_classes.rule_version

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

-- A regency's designations side by side, for the same reason.
designated as (

    select
        core_competences.regency_code,
        array_agg(core_competences.kbli_prefix order by core_competences.kbli_prefix) as kbli_prefixes,
        array_agg(core_competences.product_word order by core_competences.kbli_prefix) as product_words,
        array_agg(
            int4range(core_competences.valid_from_year, core_competences.valid_to_year, '[]')
            order by core_competences.kbli_prefix
        ) as valid_years
    from core_competences
    group by core_competences.regency_code

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
            as worker_count
    from register

),

classified as (

    select
        counted.*,
        sizes.size_class,
        rules.rule_version as size_rule,
        subsectors.subsector_code,
        ovop_villages.product_keys,
        ovop_villages.star_counts,
        case
            when ovop_villages.product_keys is not null
                then (
                    select products.at_no
                    from
                        (select {{ product_words('counted.product_name') }} as product_words) as unit,
                        unnest(
                            ovop_villages.product_words, ovop_villages.group_keys, ovop_villages.star_counts
                        ) with ordinality as products (product_words, group_key, star_count, at_no)
                    where
                        {{ is_same_product('unit.product_words', 'products.product_words') }}
                        or counted.name_key = products.group_key
                    order by products.star_count desc nulls last, products.at_no asc
                    limit 1
                )
        end as ovop_at,
        coalesce(
            exists (
                select 1
                from
                    unnest(designated.kbli_prefixes, designated.product_words, designated.valid_years)
                        as designations (kbli_prefix, product_word, valid_years)
                where
                    starts_with(counted.kbli_key, designations.kbli_prefix)
                    and counted.data_year <@ designations.valid_years
                    and (
                        designations.product_word is null
                        or position(
                            designations.product_word
                            in lower(concat_ws(' ', counted.product_name, counted.commodity_made))
                        ) > 0
                    )
            ),
            false
        ) as is_core_competence
    from counted
    left join rules
        on make_date(counted.data_year, 12, 31) between rules.valid_from and rules.valid_to
    left join size_classes as sizes
        on
            rules.rule_version = sizes.rule_version
            and {{ size_class_holds('counted', 'sizes') }}
    left join listed_subsectors as subsectors
        on
            counted.creative_subsector = subsectors.subsector_code
            and counted.data_year >= subsectors.valid_from_year
            and counted.data_year <= coalesce(subsectors.valid_to_year, 9999)
    left join ovop_villages
        on
            counted.regency_code = ovop_villages.regency_code
            and counted.data_year = ovop_villages.data_year
            and counted.village_key = ovop_villages.village_key
    left join designated
        on counted.regency_code = designated.regency_code
    {{ computed_once() }}

),

final as (

    select
        classified.unit_key,
        classified.data_year,
        classified.regency_code,
        classified.kbli_code,
        classified.kbli_version,
        classified.kbli_2020_code,
        left(classified.kbli_key, 2) as division_code,
        classified.size_class,
        classified.size_rule,
        classified.male_count,
        classified.female_count,
        classified.worker_count,
        classified.investment_idr,
        classified.production_idr,
        classified.material_idr,
        classified.export_pct,
        classified.is_halal,
        classified.is_sni,
        classified.product_keys[classified.ovop_at] as ovop_product_key,
        classified.star_counts[classified.ovop_at] as star_count,
        classified.is_core_competence,
        classified.submission_id,
        classified.sheet,
        classified.row_number,
        classified.identified_by,
        classified.unit_nib_key as nib,
        classified.company_name,
        classified.owner_name,
        classified.address,
        classified.village_name,
        classified.district_name,
        classified.branch_name,
        classified.commodity_made,
        classified.product_name,
        classified.capacity,
        classified.capacity_unit,
        classified.brand_name,
        classified.reported_size_class,
        classified.name_key,
        classified.village_key,
        classified.kbli_key,
        case
            when classified.size_class is not null then null
            when classified.size_rule is null then 'no_rule'
            when classified.worker_count is null and classified.investment_idr is null
                then 'workers_and_investment_not_stated'
            when classified.worker_count is null then 'workers_not_stated'
            when classified.investment_idr is null then 'investment_not_stated'
            else 'no_rule'
        end as size_class_reason,
        coalesce(classified.size_class in ('small', 'medium'), false) as is_ikm,
        classified.subsector_code is not null as is_creative,
        classified.subsector_code as creative_subsector,
        {{ is_among_kbli('classified.kbli_key', 'agro_kbli') }} as is_agro,
        classified.ovop_at is not null as is_ovop,
        lower(btrim(classified.brand_name)) not in ('tidak', 'belum', 'n', 'no', 't') as has_brand,
        classified.unit_status = 'active' as is_active
    from classified

)

select * from final
