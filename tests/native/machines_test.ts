import assert from "node:assert/strict";
import { Expected } from "./expected.ts";
import {
  ask,
  asList,
  cString,
  machineNames,
  play,
  readMachine,
  symbols,
} from "./native_place.ts";

for (const name of machineNames()) {
  const machine = readMachine(name);
  const expected = new Expected(machine);

  Deno.test(`${name}: the registry's answers agree with the machine, field by field`, () =>
    // Kills: a property that is read under another key, a client that is given to another GPU, a swapped count.
    play(machine, async () => {
      assert.deepEqual(
        await ask(symbols.mg_accelerators),
        expected.accelerators(),
      );
      assert.deepEqual(
        await ask(symbols.mg_gpu_clients),
        expected.gpuClients(),
      );
      for (const prefixes of [["com.apple.iokit", "com.apple.AGX"], [""]]) {
        const list = cString(prefixes.join("\n"));
        assert.deepEqual(
          await ask((out, cap) => symbols.mg_kexts(list, out, cap)),
          expected.kexts(prefixes.filter((one) => one !== "")),
        );
      }
    }));

  Deno.test(`${name}: Metal's answers agree with the machine, field by field`, () =>
    // Kills: a size that is taken for another one; a family under another's name.
    play(machine, async () => {
      assert.deepEqual(
        await ask(symbols.mg_metal_devices),
        expected.metalDevices(),
      );
    }));

  Deno.test(`${name}: the host's answers agree with the machine, field by field`, () =>
    // Kills: an offset in vm_statistics64, xsw_usage or timeval that is another field's.
    play(machine, async () => {
      assert.deepEqual(
        await ask(symbols.mg_host_memory),
        expected.hostMemory(),
      );
      assert.deepEqual(
        await ask(symbols.mg_boot_session),
        expected.bootSession(),
      );
      assert.ok(expected.numbers().length > 0 && expected.texts().length > 0);
      const [numbers, texts] = [expected.numbers(), expected.texts()];
      const [first, second] = [numbers, texts].map((all) =>
        cString(all.map(([sysctl]) => sysctl).join("\n"))
      );
      assert.ok(first !== undefined && second !== undefined);
      assert.deepEqual(
        await ask((out, cap) => symbols.mg_sysctls(first, second, out, cap)),
        Object.fromEntries([...numbers, ...texts]),
      );
    }));

  Deno.test(`${name}: the processes' answers agree with the machine, field by field`, () =>
    // Kills: an offset in proc_bsdinfo, proc_bsdshortinfo or rusage_info_v4 that is another field's.
    play(machine, async () => {
      for (const pid of expected.pids()) {
        assert.deepEqual(
          await ask((out, cap) => symbols.mg_process(pid, out, cap)),
          expected.process(pid),
        );
        assert.deepEqual(
          await ask((out, cap) => symbols.mg_process_args(pid, out, cap)),
          expected.processArgs(pid),
        );
        assert.deepEqual(
          [...asList(
            await ask((out, cap) => symbols.mg_children(pid, out, cap)),
          )].sort(),
          expected.children(pid),
        );
        assert.equal(await symbols.mg_pid_alive(pid), expected.isAlive(pid));
      }
    }));
}
