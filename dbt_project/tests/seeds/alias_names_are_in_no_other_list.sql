-- An alias that is also the name of another commodity would make the name ambiguous.
with aliases as (

    select * from {{ ref('commodity_aliases') }}

),

commodities as (

    select * from {{ ref('commodities') }}

),

final as (

    select
        aliases.alias,
        aliases.commodity_code,
        commodities.commodity_code as other_commodity_code
    from aliases
    inner join commodities on lower(aliases.alias) = lower(commodities.commodity_name)
    where aliases.commodity_code <> commodities.commodity_code

)

select * from final
