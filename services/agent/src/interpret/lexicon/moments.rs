//! Words for times.

use super::Row;
use super::meaning::Meaning::Moment as M;
use super::meaning::Moment::{
    Afternoon, Evening, LastNight, Midnight, Morning, Noon, Now, SmallHours, Today, Tomorrow, Tonight,
    Yesterday, YesterdayAfternoon, YesterdayMorning, YesterdaySmallHours,
};

pub(super) const ROWS: &[Row] = &[
    Row(
        M(Today),
        "today | todays | this day | since start of day | this plan day",
        "hoje | hj | do dia | no dia | neste dia | dia de hoje",
    ),
    Row(
        M(Yesterday),
        "yesterday | yesterdays | the day before | last day",
        "ontem | dia anterior | do dia anterior | no dia anterior | dia de ontem",
    ),
    Row(M(Tomorrow), "tomorrow", "amanha"),
    Row(
        M(LastNight),
        "last night | last nights | yesterday night | yesterday evening | last evening | overnight | \
         during the night | through the night | in the night",
        "ontem a noite | ontem de noite | noite passada | noite de ontem | na noite de ontem | \
         durante a noite | na virada | ultima noite",
    ),
    Row(
        M(Tonight),
        "tonight | this night | tonights | this evening",
        "esta noite | essa noite | hoje a noite | hoje de noite | nesta noite | nessa noite",
    ),
    Row(
        M(SmallHours),
        "early morning | early this morning | small hours | wee hours | in the early hours | \
         middle of the night",
        "madrugada | de madrugada | na madrugada | esta madrugada | essa madrugada | nesta madrugada | \
         nessa madrugada | madrugada de hoje | hoje de madrugada",
    ),
    Row(M(YesterdaySmallHours), "early yesterday", "ontem de madrugada | madrugada de ontem"),
    Row(
        M(Morning),
        "this morning | in the morning | morning",
        "hoje de manha | de manha | pela manha | esta manha | essa manha | da manha | hoje cedo | \
         nesta manha | manha",
    ),
    Row(M(YesterdayMorning), "yesterday morning", "ontem de manha | ontem cedo | ontem pela manha"),
    Row(
        M(Afternoon),
        "this afternoon | in the afternoon | afternoon",
        "hoje a tarde | a tarde | de tarde | da tarde | esta tarde | essa tarde | hoje de tarde | \
         nesta tarde",
    ),
    Row(M(YesterdayAfternoon), "yesterday afternoon", "ontem a tarde | ontem de tarde"),
    Row(M(Evening), "at night | in the evening | evening", "da noite | a noite | de noite"),
    Row(M(Midnight), "midnight", "meia noite | meianoite"),
    Row(M(Noon), "noon | midday", "meio dia | meiodia"),
    Row(
        M(Now),
        "now | right now | at the moment | currently | at present | presently | at this moment | \
         as of now | this moment | already now | these days",
        "agora | nesse momento | neste momento | no momento | atualmente | agora mesmo | por agora | \
         ate agora | ate o momento | nesse instante",
    ),
];
