with units as (

    select * from {{ ref('int_industry_unit') }}

),

counted as (

    select
        units.*,
        true as is_all,
        coalesce(units.size_class, 'unclassified') as size_class_or_none,
        {{ value_added('units') }} as value_added_idr,
        units.production_idr > 0 and units.export_pct > 0 as is_exporter
    from units

),

-- Closed units make the row, so that the regency is known to have reported, and are counted nowhere.
final as (

    select
        counted.data_year,
        counted.regency_code,
        counted.division_code,
        counted.size_class_or_none as size_class,
        {{ programme_flags('counted') }},
        count(*) filter (where counted.is_active) as unit_count,
        count(counted.worker_count) filter (where counted.is_active) as worker_unit_count,
        coalesce(sum(counted.worker_count) filter (where counted.is_active), 0) as worker_count,
        count(counted.male_count) filter (where counted.is_active) as male_unit_count,
        coalesce(sum(counted.male_count) filter (where counted.is_active), 0) as male_count,
        count(counted.female_count) filter (where counted.is_active) as female_unit_count,
        coalesce(sum(counted.female_count) filter (where counted.is_active), 0) as female_count,
        count(counted.investment_idr) filter (where counted.is_active) as investment_unit_count,
        coalesce(sum(counted.investment_idr) filter (where counted.is_active), 0) as investment_idr,
        count(counted.production_idr) filter (where counted.is_active) as production_unit_count,
        coalesce(sum(counted.production_idr) filter (where counted.is_active), 0) as production_idr,
        count(counted.value_added_idr) filter (where counted.is_active) as value_added_unit_count,
        coalesce(sum(counted.value_added_idr) filter (where counted.is_active), 0) as value_added_idr,
        coalesce(
            sum(counted.worker_count)
            filter (where counted.is_active and counted.value_added_idr is not null),
            0
        ) as value_added_worker_count,
        count(counted.export_pct) filter (where counted.is_active and counted.production_idr is not null)
            as export_unit_count,
        count(*) filter (where counted.is_active and counted.is_exporter) as exporter_count,
        coalesce(
            trim_scale(
                sum(counted.production_idr * counted.export_pct / 100)
                filter (where counted.is_active and counted.is_exporter)
            ),
            0
        ) as export_idr,
        count(*) filter (where counted.is_active and {{ certification_is_stated('counted') }})
            as certification_unit_count,
        count(*) filter (where counted.is_active and {{ is_certified('counted') }}) as certified_unit_count
    from counted
    group by
        counted.data_year,
        counted.regency_code,
        counted.division_code,
        counted.size_class_or_none,
        {{ programme_flags('counted') }}

)

select * from final
