{%- set month_names = [
    'Januari', 'Februari', 'Maret', 'April', 'Mei', 'Juni',
    'Juli', 'Agustus', 'September', 'Oktober', 'November', 'Desember',
] -%}
{%- set weekday_names = ['Senin', 'Selasa', 'Rabu', 'Kamis', 'Jumat', 'Sabtu', 'Minggu'] -%}

with days as (

    select day_at::date as date_on
    from generate_series(timestamp '2012-01-01', timestamp '2035-12-31', interval '1 day') as day (day_at)

),

holidays as (

    select * from {{ ref('holidays') }}

),

final as (

    select
        date_on,
        extract(year from date_on)::integer as year,
        extract(quarter from date_on)::integer as quarter,
        extract(month from date_on)::integer as month,
        date_trunc('month', date_on)::date as month_on,
        extract(isoyear from date_on)::integer as iso_year,
        extract(week from date_on)::integer as iso_week,
        extract(isodow from date_on)::integer as iso_weekday,
        case extract(month from date_on)
            {%- for name in month_names %}
                when {{ loop.index }} then '{{ name }}'
            {%- endfor %}
        end as month_name,
        case extract(isodow from date_on)
            {%- for name in weekday_names %}
                when {{ loop.index }} then '{{ name }}'
            {%- endfor %}
        end as weekday_name,
        extract(isodow from date_on) > 5 as is_weekend,
        holidays.holiday_name_id as holiday_name
    from days
    left join holidays using (date_on)

)

select * from final
