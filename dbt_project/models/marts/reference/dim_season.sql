with seasons as (

    select * from {{ ref('season_calendar') }}

),

final as (

    select
        season_code,
        season_year,
        anchor_on,
        starts_on,
        ends_on,
        verification_status,
        case season_code
            when 'ramadan' then 'Ramadan'
            when 'idul_fitri' then 'Idul Fitri'
            when 'natal_tahun_baru' then 'Natal dan Tahun Baru'
        end as season_name
    from seasons

)

select * from final
