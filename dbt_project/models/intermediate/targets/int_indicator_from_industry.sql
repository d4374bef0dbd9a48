{%- set figures = [
    ('ikm_tumbuh', 'ikm', 'growth_pct'),
    ('ikm_jumlah', 'ikm', 'unit_count'),
    ('tenaga_kerja', 'all', 'worker_count'),
    ('nilai_investasi', 'all', 'investment_idr'),
    ('nilai_produksi', 'all', 'production_idr'),
    ('nilai_tambah', 'all', 'value_added_idr'),
    ('kreatif_unit', 'creative', 'unit_count'),
    ('agro_unit', 'agro', 'unit_count'),
    ('sertifikasi', 'all', 'certified_pct'),
] %}

-- What the published figures of a data year say of regencies and the province: what they withhold has a row without a
-- value, so that no report of the office takes its place.
with kpis as (

    select * from {{ ref('fct_industry_kpi') }}

),

products as (

    select * from {{ ref('fct_ovop_product') }}

),

found as (

    {% for indicator, programme, figure in figures -%}
        select
            '{{ indicator }}' as indicator_code,
            regency_code,
            extract(year from period_on)::integer as indicator_year,
            {{ figure }}::numeric as realised_value,
            {{ figure }}_reason as realised_value_reason,
            regency_count
        from kpis
        where programme = '{{ programme }}'
        union all
    {% endfor -%}
    select
        'ovop_bintang' as indicator_code,
        regency_code,
        data_year as indicator_year,
        count(*) filter (where star_count >= 3) as realised_value,
        null as realised_value_reason,
        1 as regency_count
    from products
    group by
        regency_code,
        data_year

),

final as (

    select
        indicator_code,
        regency_code,
        indicator_year,
        realised_value,
        realised_value_reason,
        regency_count as reporting_count,
        make_date(indicator_year, 1, 1) as period_on,
        make_date(indicator_year, 12, 31) as realised_to_on
    from found
    where realised_value is not null or realised_value_reason = 'suppressed'

)

select * from final
