// Ages, durations, times and numbers as people read them.

import { type Duration, type Timestamp, durationMs, timestampDate } from "@bufbuild/protobuf/wkt";
import { locale } from "./words";

const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const dateAndClock = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "long", hourCycle: "h23" });
const number = new Intl.NumberFormat(locale);

/** `4 s`, `3 min`, `2 h 5 min`. */
export function span(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

/** How long a call took: finer than an age. */
export function took(duration: Duration | undefined): string {
  if (!duration) return "";
  const milliseconds = durationMs(duration);
  return milliseconds < 10 ? `${milliseconds.toFixed(1)} ms` : `${Math.round(milliseconds)} ms`;
}

/** The time since `timestamp` by this browser's clock. */
export function age(timestamp: Timestamp): string {
  return span(Date.now() - timestampDate(timestamp).getTime());
}

/** Time of day. */
export function time(timestamp: Timestamp): string {
  return clock.format(timestampDate(timestamp));
}

/** Date, time and zone. */
export function moment(timestamp: Timestamp): string {
  return dateAndClock.format(timestampDate(timestamp));
}

/** A count with the language's digit grouping. */
export function count(value: number | bigint): string {
  return number.format(value);
}
