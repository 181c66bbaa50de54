import assert from "node:assert/strict";
import { lookAtOwn, lookAtReports } from "../../lib/facts/place.ts";
import { HOME, World } from "../fakes/world.ts";

const FILE = `${HOME}/a.json`;

function look(
  options: { readonly mode?: number; readonly userId?: number },
  asker: number | null = 501,
): ReturnType<typeof lookAtOwn> {
  const { store } = new World();
  store.put(FILE, "12345", { mode: 0o600, userId: 501, ...options });
  return lookAtOwn(store, ["sentinel", FILE], asker ?? undefined);
}

Deno.test("lookAtOwn() tells files apart that others may write", () => {
  // Kills: an ack that any user may give; a warning about a file that others may only read.
  assert.deepEqual(look({}), {
    what: "sentinel",
    path: FILE,
    state: "ok",
    mode: "0600",
    size: 5,
    finding: null,
  });
  assert.equal(look({ mode: 0o644 }).state, "ok");
  for (const mode of [0o620, 0o602, 0o666]) {
    const place = look({ mode });
    assert.equal(place.state, "too open");
    assert.match(place.finding?.fix ?? "", /^\$ chmod go-w \/Users\/ada\/a/m);
  }
});

Deno.test("lookAtOwn() tells files of another user, except to root", () => {
  // Kills: files that root made under sudo, which we can never renew, passed over in silence.
  const place = look({ userId: 0, mode: 0o644 });
  assert.equal(place.state, "not ours");
  assert.match(place.finding?.fix ?? "", /^\$ sudo chown 501 /m);
  assert.equal(look({ userId: 501 }, 0).state, "ok");
  assert.equal(look({ userId: 777 }, null).state, "ok");
});

Deno.test("lookAtOwn() tells absent, unreadable and no place apart", () => {
  // Kills: "absent" for a file in a folder that may not be entered.
  const { store } = new World();
  const absent = lookAtOwn(store, ["ack", `${HOME}/none`], 501);
  assert.deepEqual([absent.state, absent.finding], ["absent", null]);
  store.put("/closed/a", "x");
  store.putFolder("/closed", { mode: 0, userId: 0 });
  const closed = lookAtOwn(store, ["ack", "/closed/a"], 501);
  assert.equal(closed.state, "unreadable");
  assert.match(closed.finding?.message ?? "", /permission denied/);
  for (const path of [undefined, null]) {
    assert.equal(lookAtOwn(store, ["ack", path], 501).state, "no place");
  }
});

Deno.test("lookAtReports() counts a folder, and finds fault only with evidence", () => {
  // Kills: a warning about /var/db/PanicReporter, which nobody but root can read.
  const { store } = new World();
  store.put("/reports/a.panic", "x");
  const open = lookAtReports(store, "/reports", true);
  assert.deepEqual([open.state, open.size], ["ok", 1]);
  store.putFolder("/reports", { mode: 0, userId: 0 });
  const closed = lookAtReports(store, "/reports", true);
  assert.equal(closed.state, "unreadable");
  assert.match(closed.finding?.fix ?? "", /^\$ sudo chmod o\+rx \/reports$/m);
  const usual = lookAtReports(store, "/reports", false);
  assert.deepEqual([usual.state, usual.finding], ["unreadable", null]);
  assert.equal(lookAtReports(store, "/none", true).state, "absent");
});
