{%- set sides = ['company_name', 'village_name', 'kbli_code', 'nib', 'last_year'] -%}

with unit_rows as not materialized (

    select * from {{ ref('int_industry_row') }}

),

register as not materialized (

    select * from {{ ref('int_industry_unit') }}

),

parameters as (

    select
        max(parameters.value) filter (where parameters.parameter = 'near_match_min_similarity')
            as min_similarity,
        max(parameters.value) filter (where parameters.parameter = 'near_match_neighbours')
            as neighbours
    from {{ ref('parameters') }} as parameters

),

-- Every unit once, as it was named last.
last_named as (

    select distinct on (register.unit_key)
        register.unit_key,
        register.regency_code,
        register.data_year as last_year,
        register.nib,
        register.company_name,
        register.name_key,
        register.village_name,
        register.village_key,
        register.kbli_code,
        register.kbli_key
    from register
    order by register.unit_key asc, register.data_year desc

),

plainly_named as (

    select
        last_named.*,
        {{ name_without_form('last_named.company_name') }} as plain_name
    from last_named
    {{ computed_once() }}

),

-- Names are compared within a village and three first letters alone, each with so many that follow in the alphabet: the
-- work grows with the units and not with their square. Names with other numbers in them are told apart on purpose.
units as (

    select
        plainly_named.*,
        hashtextextended(
            concat_ws(
                '|',
                plainly_named.regency_code,
                plainly_named.village_key,
                left(plainly_named.plain_name, 3),
                regexp_replace(plainly_named.plain_name, '[^0-9]+', '', 'g')
            ),
            0
        ) as block_no
    from plainly_named

),

blocks as (

    select units.block_no
    from units
    group by units.block_no
    having count(*) > 1

),

shared as (

    select
        units.*,
        row_number() over block as place_no,
        count(*) over (partition by units.block_no) as block_size
    from units
    inner join blocks using (block_no)
    window block as (partition by units.block_no order by units.plain_name, units.unit_key)

),

neighbours as (

    select
        shared.unit_key,
        shared.block_no,
        shared.place_no + distances.distance as other_place_no
    from shared
    cross join parameters
    cross join
        lateral generate_series(1, least(parameters.neighbours, shared.block_size - shared.place_no)::integer)
            as distances (distance)

),

alike as (

    select
        one.regency_code,
        case
            when one.name_key = other.name_key and one.kbli_key = other.kbli_key then 'same_name_other_nib'
            when one.name_key = other.name_key then 'same_name_other_kbli'
            else 'similar_name'
        end as match_kind,
        one.unit_key,
        other.unit_key as other_unit_key,
        other.name_key as other_name_key,
        {% for column in sides -%}
            one.{{ column }},
            other.{{ column }} as other_{{ column }},
        {% endfor -%}
        similarity(one.plain_name, other.plain_name)::numeric as similarity,
        false as is_merged
    from neighbours
    inner join shared as one on neighbours.unit_key = one.unit_key
    inner join shared as other
        on
            neighbours.block_no = other.block_no
            and neighbours.other_place_no = other.place_no

),

-- Spellings under one NIB: one unit all the same, because its NIB is what tells it from others.
spellings as (

    select
        unit_rows.regency_code,
        unit_rows.nib_key,
        unit_rows.name_key,
        max(unit_rows.company_name) as company_name,
        max(unit_rows.village_name) as village_name,
        max(unit_rows.kbli_code) as kbli_code,
        max(unit_rows.data_year) as last_year
    from unit_rows
    where unit_rows.nib_key is not null
    group by unit_rows.regency_code, unit_rows.nib_key, unit_rows.name_key

),

merged as (

    select
        units.regency_code,
        'same_nib_other_name' as match_kind,
        units.unit_key,
        units.unit_key as other_unit_key,
        spellings.name_key as other_name_key,
        {% for column in sides -%}
            units.{{ column }},
            {{ 'spellings' if column != 'nib' else 'units' }}.{{ column }} as other_{{ column }},
        {% endfor -%}
        similarity(units.plain_name, {{ name_without_form('spellings.company_name') }})::numeric
            as similarity,
        true as is_merged
    from spellings
    inner join units
        on
            spellings.regency_code = units.regency_code
            and spellings.nib_key = units.nib
            and spellings.name_key <> units.name_key

),

far_apart as (

    select units.nib
    from units
    where units.nib is not null
    group by units.nib
    having count(*) > 1

),

elsewhere as (

    select
        one.regency_code,
        'same_nib_other_regency' as match_kind,
        one.unit_key,
        other.unit_key as other_unit_key,
        other.name_key as other_name_key,
        {% for column in sides -%}
            one.{{ column }},
            other.{{ column }} as other_{{ column }},
        {% endfor -%}
        similarity(one.plain_name, other.plain_name)::numeric as similarity,
        false as is_merged
    from far_apart
    inner join units as one using (nib)
    inner join units as other using (nib)
    where one.regency_code < other.regency_code

),

found as (

    select alike.* from alike
    cross join parameters
    where alike.similarity >= parameters.min_similarity
    union all
    select * from merged
    union all
    select * from elsewhere

),

final as (

    select
        found.regency_code,
        found.match_kind,
        found.unit_key,
        found.other_unit_key,
        found.other_name_key,
        {% for column in sides -%}
            found.{{ column }},
            found.other_{{ column }},
        {% endfor -%}
        trim_scale(round(found.similarity, 4)) as similarity,
        found.is_merged
    from found

)

select * from final
