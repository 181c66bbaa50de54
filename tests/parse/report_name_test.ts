import assert from "node:assert/strict";
import {
  civilTimeOf,
  stampOf,
  tryParseReportName,
} from "../../lib/parse/report_name.ts";

Deno.test("tryParseReportName() tells the four families apart", () => {
  // Kills: the bookkeeping file counted as a panic, an app's report counted as one, a panic's counted as an app's.
  const families = [
    ["panic-full-2026-09-14-140848.0002.panic", "kernel_panic"],
    ["panic-base+socd-2026-08-25-182804.panic", "kernel_panic"],
    ["Kernel-2021-07-19-063405.panic", "kernel_panic"],
    ["panic-full-2021-07-19-063405.000.ips", "kernel_panic"],
    ["python3.13-2026-07-12-161249.ips", "process_report"],
    ["JetsamEvent-2026-07-12-235846.ips", "jetsam_event"],
    ["Kernel_2026-10-10-052445_host.gpuRestart", "gpu_restart"],
    [".contents.panic", undefined],
    [".hidden.ips", undefined],
    ["mds_stores_2026-10-10-060515_host.diag", undefined],
    ["panic-full-2026-04-03-235119.0002.txt", undefined],
    ["panic", undefined],
    ["", undefined],
  ] as const;
  for (const [name, family] of families) {
    assert.equal(tryParseReportName(name)?.family, family, name);
  }
});

Deno.test("tryParseReportName() reads the time in a name, and no impossible one", () => {
  // Kills: the 30th of February, the 24th hour, and digits that belong to a longer number.
  const times = [
    ["panic-full-2026-09-14-140848.0002.panic", "2026-09-14T14:08:48"],
    ["Kernel_2026-10-10-052445_host.gpuRestart", "2026-10-10T05:24:45"],
    ["x-2028-02-29-000000.ips", "2028-02-29T00:00:00"],
    ["x-2026-02-29-000000.ips", undefined],
    ["x-2026-04-31-000000.ips", undefined],
    ["x-2026-13-01-000000.ips", undefined],
    ["x-2026-00-10-000000.ips", undefined],
    ["x-2026-01-01-240000.ips", undefined],
    ["x-2026-01-01-236000.ips", undefined],
    ["x-2026-01-01-1234567.ips", undefined],
    ["x.panic", undefined],
  ] as const;
  for (const [name, time] of times) {
    const stamp = tryParseReportName(name)?.stamp;
    const civilTime = stamp === undefined ? undefined : civilTimeOf(stamp);
    assert.equal(civilTime, time, name);
    if (time !== undefined) assert.equal(stampOf(time), stamp);
  }
});
