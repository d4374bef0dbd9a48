{%- set programmes = var('industry_programmes') -%}
{%- set min_units = fewest_units_for_money() | int(3) -%}

-- Which totals of money may be published. The argument is in docs/industry-indicators.md. The programmes are taken in
-- the order of the variable industry_programmes; a set of them is a number with one bit for each.
with classes as (

    select * from {{ ref('int_industry_class') }}

),

combinations as (

    select * from {{ ref('programme_combinations') }}

),

-- Units whose value is in the totals, by the programmes they are in beside all: bit n is class n.
unit_classes as (

    select
        measures.measure,
        classes.data_year,
        classes.regency_code,
        1::bigint << (
            0
            {%- for programme in programmes[1:] %}
            + {{ 2 ** loop.index0 }} * classes.is_{{ programme }}::integer
            {%- endfor %}
        ) as class_bit,
        sum(measures.unit_count)::bigint as unit_count
    from classes
    cross join lateral (
        values
        ('investment', classes.investment_unit_count),
        ('production', classes.production_unit_count),
        ('value_added', classes.value_added_unit_count),
        ('export', classes.exporter_count)
    ) as measures (measure, unit_count)
    where measures.unit_count > 0
    group by 1, 2, 3, 4

),

places as (

    select
        unit_classes.measure,
        unit_classes.data_year,
        unit_classes.regency_code,
        {% for programme in programmes -%}
            coalesce(sum(unit_classes.unit_count) filter (
                where unit_classes.class_bit & totals.class_masks[{{ loop.index }}] > 0
            ), 0) as {{ programme }}_units,
        {% endfor -%}
        {% for units in range(1, min_units) -%}
            coalesce(bit_or(unit_classes.class_bit) filter (where unit_classes.unit_count = {{ units }}), 0)
                as classes_of_{{ units }},
        {% endfor -%}
        coalesce(bit_or(unit_classes.class_bit) filter (where unit_classes.unit_count >= {{ min_units }}), 0)
            as classes_of_many
    from unit_classes
    cross join (
        select array_agg(class_mask order by combination_no) as class_masks
        from combinations
        where combination_no <= {{ programmes | length }}
    ) as totals
    group by unit_classes.measure, unit_classes.data_year, unit_classes.regency_code

),

-- What every combination of a regency's totals leaves, where that is less than enough units.
leaving as (

    select distinct
        places.measure,
        places.data_year,
        places.regency_code,
        combinations.programme_mask,
        0
        {%- for units in range(1, min_units) %}
        + {{ units }} * bit_count((places.classes_of_{{ units }} & combinations.class_mask)::bit(64))
        {%- endfor %} as units_left
    from places
    inner join combinations on places.classes_of_many & combinations.class_mask = 0

),

thin as (

    select
        measure,
        data_year,
        regency_code,
        array_agg(programme_mask order by programme_mask, units_left) as thin_programmes,
        array_agg(units_left order by programme_mask, units_left) as thin_units
    from leaving
    where units_left < {{ min_units }}
    group by measure, data_year, regency_code

),

-- Within a regency: a total is kept unless, with those kept before it, it leaves too few units of their own.
within_0 as (

    select
        places.*,
        thin.thin_programmes,
        thin.thin_units,
        0 as kept
    from places
    left join thin using (measure, data_year, regency_code)

),

{% for programme in programmes %}
    {%- set bit = 2 ** loop.index0 %}
    {%- set carried -%}
        measure,
            data_year,
            regency_code,
            {% for each in programmes -%}
                {{ each }}_units,
            {% endfor -%}
            thin_programmes,
            thin_units
    {%- endset %}
    within_{{ loop.index }} as (

        select
            {{ carried }},
            kept + case
                when exists (
                    select 1
                    from unnest(thin_programmes, thin_units) as leaving (programme_mask, units_left)
                    where
                        leaving.units_left > 0
                        and leaving.programme_mask & {{ bit }} > 0
                        and leaving.programme_mask & ~(kept + {{ bit }}) = 0
                ) then 0
                else {{ bit }}
            end as kept
        from within_{{ loop.index0 }}

    ),

{% endfor %}

-- Across regencies: what the province's total less the published ones leaves must be enough units as well.
across_0 as (

    select
        *,
        0 as province_kept
    from within_{{ programmes | length }}

),

{% for programme in programmes %}
    {%- set bit = 2 ** loop.index0 %}
    {%- set earlier = bit - 1 %}
    distances_{{ loop.index }} as (

        select
            across.*,
            across.kept & {{ bit }} = 0 and across.{{ programme }}_units > 0 as is_held,
            coalesce(least_left.among_all, {{ min_units }}) as distance,
            coalesce(least_left.among_earlier, {{ min_units }}) as distance_among_earlier,
            coalesce(least_left.twins, 0) as twins
        from across_{{ loop.index0 }} as across
        left join lateral (
            select
                min(leaving.units_left) filter (
                    where leaving.programme_mask
                    & ~({{ bit }} | across.kept | (across.province_kept & {{ earlier }})) = 0
                ) as among_all,
                min(leaving.units_left) filter (
                    where leaving.programme_mask
                    & ~({{ bit }} | ((across.kept | across.province_kept) & {{ earlier }})) = 0
                ) as among_earlier,
                bit_or(leaving.programme_mask & {{ earlier }}) filter (
                    where leaving.units_left = 0 and bit_count(leaving.programme_mask::bit(32)) = 2
                ) as twins
            from unnest(across.thin_programmes, across.thin_units) as leaving (programme_mask, units_left)
            where leaving.programme_mask & {{ bit }} > 0
        ) as least_left on true

    ),

    -- Safe as well: the same units as those of an earlier programme wherever either is held.
    pools_{{ loop.index }} as (

        select
            measure,
            data_year,
            (count(*) filter (where is_held and distance > 0) = 0)::integer + 1 as complements_needed,
            count(*) filter (where is_held) = 0
            or (
                sum(distance) filter (where is_held) >= {{ min_units }}
                and count(*) filter (where is_held and distance > 0) >= 2
            )
            {%- for twin in programmes[: loop.index0] %}
                {%- set twin_bit = 2 ** loop.index0 %}
                or (
                    bool_and(province_kept & {{ twin_bit }} > 0)
                    and bool_and(twins & {{ twin_bit }} > 0) filter (
                        where is_held or (kept & {{ twin_bit }} = 0 and {{ twin }}_units > 0)
                    )
                )
            {%- endfor %} as is_safe
        from distances_{{ loop.index }}
        group by measure, data_year

    ),

    -- Where it is not, the smallest total that makes it so is held too (two where no other held total stands apart from
    -- it), with the programmes after it where they would tell what it is.
    candidates_{{ loop.index }} as (

        select
            measure,
            data_year,
            regency_code,
            distance >= {{ min_units }} as is_alone,
            complements_needed,
            count(*) over (partition by measure, data_year) as candidate_count,
            row_number() over (
                partition by measure, data_year
                order by distance >= {{ min_units }} desc, {{ programme }}_units, regency_code
            ) as candidate_no
        from distances_{{ loop.index }}
        inner join pools_{{ loop.index }} using (measure, data_year)
        where
            not is_safe
            and kept & {{ bit }} > 0
            and {{ programme }}_units > 0
            and greatest(distance, distance_among_earlier) >= {{ min_units }}

    ),

    complements_{{ loop.index }} as (

        select
            measure,
            data_year,
            regency_code,
            is_alone
        from candidates_{{ loop.index }}
        where candidate_no <= complements_needed and candidate_count >= complements_needed

    ),

    across_{{ loop.index }} as (

        select
            across.measure,
            across.data_year,
            across.regency_code,
            {% for each in programmes -%}
                across.{{ each }}_units,
            {% endfor -%}
            across.thin_programmes,
            across.thin_units,
            case
                when complements.regency_code is null then across.kept
                when complements.is_alone then across.kept & ~{{ bit }}
                else across.kept & {{ earlier }}
            end as kept,
            across.province_kept
            + case
                when pools.is_safe or pools.measure in (
                    select held.measure from complements_{{ loop.index }} as held
                    where held.data_year = pools.data_year
                ) then {{ bit }}
                else 0
            end as province_kept
        from across_{{ loop.index0 }} as across
        inner join pools_{{ loop.index }} as pools using (measure, data_year)
        left join complements_{{ loop.index }} as complements using (measure, data_year, regency_code)

    ),

{% endfor %}

final as (

    {% for programme in programmes -%}
        {%- set bit = 2 ** loop.index0 %}
        select
            measure,
            data_year,
            coalesce(regency_code, {{ province_code() }}) as regency_code,
            '{{ programme }}' as programme,
            sum({{ programme }}_units) as unit_count,
            case
                when grouping(regency_code) = 1 then bool_and(province_kept & {{ bit }} > 0)
                else bool_and(kept & {{ bit }} > 0)
            end as is_published
        from across_{{ programmes | length }}
        where {{ programme }}_units > 0
        group by grouping sets ((measure, data_year, regency_code), (measure, data_year))
        {{ "union all" if not loop.last }}
    {% endfor %}

)

select * from final
