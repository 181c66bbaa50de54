import { Expected } from "./expected.ts";
import {
  ask,
  cString,
  type Json,
  readMachine,
  symbols,
} from "./native_place.ts";

const expected = new Expected(readMachine("m4-max"));
const PREFIX = cString("com.apple.AGX");

/** Questions to the machine `m4-max`, and their answers. */
export const QUESTIONS: readonly (readonly [() => Promise<Json>, Json])[] = [
  [() => ask(symbols.mg_accelerators), expected.accelerators()],
  [() => ask(symbols.mg_gpu_clients), expected.gpuClients()],
  [() => ask(symbols.mg_metal_devices), expected.metalDevices()],
  [() => ask(symbols.mg_host_memory), expected.hostMemory()],
  [
    () => ask((out, cap) => symbols.mg_kexts(PREFIX, out, cap)),
    expected.kexts(["com.apple.AGX"]),
  ],
  [
    () => ask((out, cap) => symbols.mg_process(4242, out, cap)),
    expected.process(4242),
  ],
  [
    () => ask((out, cap) => symbols.mg_process_args(4242, out, cap)),
    expected.processArgs(4242),
  ],
  [
    () => ask((out, cap) => symbols.mg_children(4200, out, cap)),
    expected.children(4200),
  ],
];
