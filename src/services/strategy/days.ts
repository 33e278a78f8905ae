/** Days and times as the rest of the house counts them, for those who may not ask the engine. */
export { DAY_MS, formatDay, parseDay } from '#engine/calendar/civil-date.js';
