import assert from "node:assert/strict";
import {
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  SECOND_MS,
} from "../../../lib/core/instant.ts";
import {
  decodeSentinel,
  encodeSentinel,
  MAX_HOLD_MS,
  newSentinelFile,
  type SentinelEnd,
  sentinelEnd,
  type SentinelFile,
} from "../../../lib/parse/state/sentinel_file.ts";

const ZONES = [
  "UTC",
  "Asia/Tokyo",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "Europe/Paris",
  "America/New_York",
  "America/Los_Angeles",
  "Pacific/Kiritimati",
];

/** A usual day, and the hours around the clock changes of New York and Paris. */
const MOMENTS = [
  "2026-02-03T08:00:00Z",
  "2026-03-08T06:30:00Z",
  "2026-03-08T07:00:00Z",
  "2026-03-29T00:30:00Z",
  "2026-10-24T23:30:00Z",
  "2026-10-25T00:30:00Z",
  "2026-10-25T01:30:00Z",
  "2026-11-01T05:30:00Z",
  "2026-11-01T06:30:00Z",
];

function instant(text: string): Temporal.Instant {
  return Temporal.Instant.from(text);
}

/** What the Python tool writes: its local clock, plus the length on that same clock. */
function pythonFile(
  createdAt: Temporal.Instant,
  timeZone: string,
  lengthMs: number,
): SentinelFile {
  const local = createdAt.toZonedDateTimeISO(timeZone).toPlainDateTime();
  const until = local.add({ milliseconds: lengthMs });
  return civilFile(
    until.toString({ smallestUnit: "second" }),
    local.toString({ smallestUnit: "second" }),
  );
}

function ourFile(
  createdAt: Temporal.Instant,
  timeZone: string,
  lengthMs: number,
): SentinelFile {
  return decodeSentinel(encodeSentinel(newSentinelFile({
    createdAt,
    until: createdAt.add({ milliseconds: lengthMs }),
    timeZone,
    setBy: "person",
    reason: undefined,
    forBoot: undefined,
  })));
}

function civilFile(until: string, createdAt?: string): SentinelFile {
  return decodeSentinel(
    JSON.stringify({ cooldown_until: until, created_at: createdAt }),
  );
}

function endOf(
  file: SentinelFile,
  fileAt: string | Temporal.Instant,
  now: string | Temporal.Instant = fileAt,
  timeZone = "UTC",
): SentinelEnd {
  return sentinelEnd(file, {
    fileAt: Temporal.Instant.from(fileAt),
    now: Temporal.Instant.from(now),
    timeZone,
  });
}

/** Runs `check` for every moment, length, writing and reading zone. */
function everywhere(
  write: typeof pythonFile,
  check: (
    end: SentinelEnd,
    facts: {
      createdAt: Temporal.Instant;
      lengthMs: number;
      label: string;
    },
  ) => void,
): void {
  for (const moment of MOMENTS) {
    for (const lengthMs of [10 * MINUTE_MS, HOUR_MS, 2 * HOUR_MS, DAY_MS]) {
      for (const from of ZONES) {
        for (const to of ZONES) {
          const createdAt = instant(moment);
          const file = write(createdAt, from, lengthMs);
          // A day of zone differences must have passed before the last look.
          for (let hour = 0; hour <= 28; hour += 4) {
            const now = createdAt.add({ hours: hour });
            check(endOf(file, createdAt, now, to), {
              createdAt,
              lengthMs,
              label: `${moment} ${from} → ${to}, ${lengthMs} ms, +${hour} h`,
            });
          }
        }
      }
    }
  }
}

Deno.test("sentinelEnd() of our own file is exact in every zone, at every hour", () => {
  // Kills: the local text believed over the epoch: up to a day too early or too late after a journey.
  everywhere(ourFile, (end, { createdAt, lengthMs, label }) => {
    assert.equal(
      end.until.epochMilliseconds,
      createdAt.epochMilliseconds + lengthMs,
      label,
    );
    assert.equal(end.lengthMs, lengthMs, label);
  });
});

Deno.test("sentinelEnd() of a Python file ends no earlier in any zone, never an hour too late, and never comes back", () => {
  // Kills: the naive text read in the reader's zone (17 h early from Tokyo to Los Angeles); a hold that is over and
  // holds again once the local clock reaches its text; a zone change that steals the hour between two local times.
  everywhere(pythonFile, (end, { createdAt, lengthMs, label }) => {
    const latenessMs = end.until.epochMilliseconds -
      createdAt.epochMilliseconds - lengthMs;
    assert.ok(latenessMs >= 0, `${label}: ${latenessMs} ms`);
    // One doubled hour is the most that two readings can differ by.
    assert.ok(latenessMs <= HOUR_MS, `${label}: ${latenessMs} ms`);
    assert.equal(end.lengthMs, lengthMs, label);
  });
});

Deno.test("sentinelEnd() of a Python file waits for the later reading of a doubled hour", () => {
  // Kills: `disambiguation: "earlier"`: made at 00:30 in Paris for two hours, Python itself waits until the second 02:30.
  const file = civilFile("2026-10-25T02:30:00", "2026-10-25T00:30:00");
  const created = "2026-10-24T22:30:00Z";
  assert.equal(
    endOf(file, created, created, "Europe/Paris").until.toString(),
    "2026-10-25T01:30:00Z",
  );
});

Deno.test("sentinelEnd() of a Python file made in the second half of a doubled hour keeps its length", () => {
  // Kills: a length taken between readings of the wrong halves, which ends the hold an hour early.
  const file = civilFile("2026-10-25T04:30:00", "2026-10-25T02:30:00");
  for (
    const [created, until] of [
      ["2026-10-25T00:30:00Z", "2026-10-25T03:30:00Z"],
      ["2026-10-25T01:30:00Z", "2026-10-25T03:30:00Z"],
    ] as const
  ) {
    const end = endOf(file, created, created, "Europe/Paris");
    assert.equal(end.until.toString(), until);
    assert.equal(end.lengthMs, 2 * HOUR_MS);
  }
});

Deno.test("sentinelEnd() keeps both hours of a hold across the hour that spring leaves out in New York", () => {
  // Kills: 01:30 to 03:30 counted as one hour, because the reader's zone leaves an hour out.
  const file = civilFile("2026-03-08T03:30:00", "2026-03-08T01:30:00");
  const created = "2026-03-08T06:30:00Z";
  assert.deepEqual(endOf(file, created, created, "America/New_York"), {
    until: instant("2026-03-08T08:30:00Z"),
    lengthMs: 2 * HOUR_MS,
  });
});

Deno.test("sentinelEnd() holds a file dated 2036 for its own length from its first sight, over a month of hourly checks", () => {
  // Kills: a wrong clock that locks a machine for ten years, and a hold renewed whenever the clock passes its dates.
  const seen = instant("2026-02-03T08:00:00Z");
  const cases: [string, SentinelFile][] = [];
  for (
    const created of [
      "2036-02-03T08:00:00Z",
      "2026-02-06T08:00:00Z",
      "2026-02-03T08:02:00Z",
    ]
  ) {
    cases.push(
      [`ours, ${created}`, ourFile(instant(created), "UTC", 2 * HOUR_MS)],
      [`python, ${created}`, pythonFile(instant(created), "UTC", 2 * HOUR_MS)],
      [
        `with Z, ${created}`,
        civilFile(
          instant(created).add({ hours: 2 }).toString(),
          created,
        ),
      ],
    );
  }
  for (const [label, file] of cases) {
    for (let hour = 0; hour <= 31 * 24; hour++) {
      const now = seen.add({ hours: hour });
      assert.equal(
        endOf(file, seen, now).until.toString(),
        "2026-02-03T10:00:00Z",
        `${label}, +${hour} h`,
      );
    }
  }
});

Deno.test("sentinelEnd() caps every hold at 30 days", () => {
  // Kills: an end in 2036 with a making of today, in each of the forms.
  const at = "2026-02-03T08:00:00Z";
  const cap = instant(at).epochMilliseconds + MAX_HOLD_MS;
  const until = `"cooldown_until": "2036-02-03T08:00:00"`;
  const epoch = `"cooldown_until_epoch": 2085552000`;
  for (
    const file of [
      civilFile("2036-02-03T08:00:00", "2026-02-03T08:00:00"),
      civilFile("2036-02-03T08:00:00Z", "2026-02-03T08:00:00Z"),
      civilFile("2036-02-03T08:00:00"),
      civilFile("2036-02-03T08:00:00Z", "2026-02-03T08:00:00"),
      decodeSentinel(`{${until}, ${epoch}}`),
      decodeSentinel(
        `{${until}, ${epoch}, "created_at_epoch": 1770105600}`,
      ),
    ]
  ) {
    const end = endOf(file, at);
    assert.equal(end.until.epochMilliseconds, cap);
    assert.equal(end.lengthMs, MAX_HOLD_MS);
  }
});

Deno.test("sentinelEnd() believes a making up to 60 s ahead of its file, not a second more", () => {
  // Kills: `<` for `<=` at the tolerance, and a tolerance that is not there at all.
  const fileAt = "2026-02-03T08:00:00Z";
  const until = (aheadMs: number): Temporal.Instant => {
    const createdAt = instant(fileAt).add({ milliseconds: aheadMs });
    return endOf(ourFile(createdAt, "UTC", HOUR_MS), fileAt).until;
  };
  assert.equal(until(60 * SECOND_MS).toString(), "2026-02-03T09:01:00Z");
  assert.equal(until(61 * SECOND_MS).toString(), "2026-02-03T09:00:00Z");
});

Deno.test("sentinelEnd() does not believe a making ahead of now because its file is ahead as well", () => {
  // Kills: only the file asked: two times of one wrong clock vouch for each other.
  const file = ourFile(instant("2026-02-03T08:01:30Z"), "UTC", HOUR_MS);
  assert.equal(
    endOf(file, "2026-02-03T08:01:00Z", "2026-02-03T08:00:00Z").until
      .toString(),
    "2026-02-03T09:01:00Z",
  );
});

Deno.test("sentinelEnd() reads offsets as they are, wherever it is read", () => {
  // Kills: "Z" dropped and the rest read as local time; an end with an offset distrusted for a naive making.
  const fileAt = "2026-02-03T08:00:00Z";
  for (const zone of ZONES) {
    for (
      const file of [
        civilFile("2026-02-03T10:00:00Z", "2026-02-03T08:00:00Z"),
        civilFile("2026-02-03T19:00:00+09:00", "2026-02-03T00:00:00-0800"),
        civilFile("2026-02-03T10:00:00Z", "2026-02-03T17:00:00"),
        civilFile("2026-02-03T10:00:00Z"),
      ]
    ) {
      const end = endOf(file, fileAt, fileAt, zone);
      assert.equal(end.until.toString(), "2026-02-03T10:00:00Z", zone);
      assert.equal(end.lengthMs, 2 * HOUR_MS, zone);
    }
  }
});

Deno.test("sentinelEnd() has no negative length", () => {
  // Kills: a hold that is over before its file was written, and counts backwards.
  const at = "2026-02-03T08:00:00Z";
  for (
    const file of [
      civilFile("2026-02-03T07:00:00"),
      civilFile("2026-02-03T07:00:00", "2026-02-03T08:00:00"),
      decodeSentinel(JSON.stringify({
        cooldown_until: "2026-02-03T07:00:00",
        cooldown_until_epoch: 1_770_102_000,
        created_at_epoch: 1_770_105_600,
      })),
    ]
  ) {
    const end = endOf(file, at);
    assert.equal(end.lengthMs, 0);
    assert.ok(Temporal.Instant.compare(end.until, instant(at)) <= 0);
  }
});

Deno.test("sentinelEnd() counts a Python file's length from its mtime when that is later", () => {
  // Kills: a clock that was set back after the file was written, which ends the hold by its local text.
  const file = civilFile("2026-02-03T10:00:00", "2026-02-03T08:00:00");
  assert.equal(
    endOf(file, "2026-02-03T09:30:00Z").until.toString(),
    "2026-02-03T11:30:00Z",
  );
});
