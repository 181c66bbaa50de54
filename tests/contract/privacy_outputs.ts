/**
 * Everything that leaves the state folder, one row each: what it is, how it is made in a home full of planted secrets, and
 * which kinds of them may not be in it (SAFETY P1–P3). A new output gets a row.
 *
 * @module
 */
import { BUNDLE_FILES } from "../../lib/report/postmortem_files.ts";
import type { CliPlace } from "../cli_place.ts";
import { CAUSES, reportText } from "../cli_reports.ts";

/** What may not get out, by kind. Each text is found nowhere but where it was planted. */
export const PLANTED = {
  key: ["sk-Planted0Key0Abcdef", "hf_PlantedHubToken0123456789"],
  password: ["PlantedPassw0rd", "PlantedUserInfo"],
  argument: ["planted-plain-argument"],
  said: ["planted-word-of-the-command"],
  crumb: ["planted/crumb-model"],
  host: [
    "Planted-Macs-Studio",
    "Plantina\u2019s Kiste",
    "planted-box",
    "planted-of-env",
  ],
  user: ["planteduser", "Plantina", "Plantagenet"],
  serial: ["PLANTEDSN01"],
  path: ["/Users/planted_person/secret-models", "planted_person"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** One kind. */
export type PlantedKind = keyof typeof PLANTED;

const SECRETS: readonly PlantedKind[] = ["key", "password"];
const EVERYTHING: readonly PlantedKind[] = [
  ...SECRETS,
  "argument",
  "said",
  "crumb",
  "host",
  "user",
  "serial",
  "path",
];
/** What a text that is sent to others may not hold; the models that ran are what it is about. */
const SENT: readonly PlantedKind[] = EVERYTHING.filter((kind) =>
  kind !== "crumb"
);

/** Words of a command line in which every form of secret stands. */
const SECRET_WORDS: readonly string[] = [
  "--api-key",
  PLANTED.key[0],
  `--hf-token=${PLANTED.key[1]}`,
  `DB_PASSWORD=${PLANTED.password[0]}`,
  `https://me:${PLANTED.password[1]}@example.org/v1`,
  PLANTED.argument[0],
];

/** One output. */
export interface PrivateOutput {
  /** What it is. */
  readonly name: string;
  /** What may not be in it. */
  readonly without: readonly PlantedKind[];
  /** Which paths may not be in it: those of the home, or those of the report folder too. */
  readonly withoutPaths: "none" | "home" | "all";
  /** Makes it in a planted place. @returns All of its text. */
  readonly make: (place: CliPlace) => Promise<string>;
}

/** The rows. */
export const PRIVATE_OUTPUTS: readonly PrivateOutput[] = [
  {
    name: "status-write --metrics-dir",
    without: EVERYTHING,
    withoutPaths: "all",
    make: async (place) => {
      const folder = `${place.root}/textfile`;
      Deno.mkdirSync(folder);
      await said(place, "status-write", "--once", "--metrics-dir", folder);
      return Deno.readTextFileSync(`${folder}/metal_guard.prom`);
    },
  },
  {
    name: "status-write --public",
    without: EVERYTHING,
    withoutPaths: "all",
    make: async (place) => {
      const out = `${place.root}/public.json`;
      await said(place, "status-write", "--once", "--public", "--out", out);
      return Deno.readTextFileSync(out);
    },
  },
  {
    name: "run --report",
    without: EVERYTHING,
    withoutPaths: "all",
    make: async (place) => {
      const report = `${place.root}/run.json`;
      await guarded(place, "run", "--report", report);
      return Deno.readTextFileSync(report);
    },
  },
  {
    name: "what run leaves in the state folder",
    without: [...SECRETS, "said"],
    withoutPaths: "none",
    make: async (place) => {
      const log = `${place.state}/metal_breadcrumb.log`;
      Deno.removeSync(log);
      await guarded(place, "run");
      return filesBelow(`${place.state}/runs`) + Deno.readTextFileSync(log);
    },
  },
  {
    name: "the lock's record while lock run holds it",
    without: SECRETS,
    withoutPaths: "none",
    // The command says what it reads: the record.
    make: (place) => guarded(place, "lock", "run", "--label", "x"),
  },
  {
    name: "diagnose --share",
    without: SENT,
    withoutPaths: "home",
    make: async (place) =>
      await said(place, "diagnose", "--share") +
      await said(place, "diagnose", "--share", "--json"),
  },
  {
    name: "postmortem, every file of it and what it says",
    without: SENT,
    withoutPaths: "home",
    make: async (place) => {
      const folder = `${place.root}/bundle`;
      await guarded(place, "run");
      plantLock(place);
      const words = await said(place, "postmortem", folder);
      assertBundle(folder);
      // It names the folder that it was given, and the home's own hold.
      return filesBelow(folder) + words.replaceAll(place.home, "");
    },
  },
  {
    name: "feedback",
    without: SENT,
    withoutPaths: "home",
    make: async (place) =>
      await said(place, "feedback") +
      await said(place, "feedback", `${place.reports}/panic-full-1.panic`) +
      await said(place, "feedback", "--json"),
  },
  {
    name: "status.json, for its own user",
    without: SECRETS,
    withoutPaths: "none",
    make: async (place) => {
      await said(place, "status-write", "--once");
      const path = `${place.state}/status.json`;
      if (((Deno.statSync(path).mode ?? 0) & 0o777) !== 0o600) {
        throw new Error("others may read it");
      }
      return Deno.readTextFileSync(path);
    },
  },
  {
    name: "status --json",
    without: SECRETS,
    withoutPaths: "none",
    make: (place) => said(place, "status", "--json"),
  },
  {
    name: "doctor",
    without: [
      ...SECRETS,
      "argument",
      "said",
      "crumb",
      "host",
      "user",
      "serial",
    ],
    withoutPaths: "none",
    make: async (place) =>
      await said(place, "doctor") + await said(place, "doctor", "--json"),
  },
];

/** Plants every kind into a home: a report, breadcrumbs, and the lock's record of another tool, whose process lives. */
export function plant(place: CliPlace): void {
  const now = Temporal.Now.instant();
  const report = reportText({
    name: "panic-full-1.panic",
    form: "panic_full",
    at: now.subtract({ minutes: 30 }),
    cause: CAUSES.prepareCount,
  });
  const facts = JSON.stringify({
    hostname: PLANTED.host[0],
    computerName: PLANTED.host[1],
    serialNumber: PLANTED.serial[0],
    openFile: PLANTED.path[0],
    user: PLANTED.user[0],
    userName: `${PLANTED.user[1]} ${PLANTED.user[2]}`,
    launched: `HF_TOKEN=${PLANTED.key[1]} serve ${PLANTED.key[0]}`,
    from: `https://me:${PLANTED.password[1]}@example.org/${PLANTED.host[3]}`,
    note: `Host Name: ${PLANTED.host[2]}\nDB_PASSWORD=${PLANTED.password[0]}`,
  }).slice(1, -1);
  Deno.writeTextFileSync(
    `${place.reports}/panic-full-1.panic`,
    report.replace("\n{", `\n{ ${facts},`),
  );
  Deno.mkdirSync(place.state, { recursive: true });
  const at = now.toZonedDateTimeISO("Europe/Paris").toPlainDateTime()
    .toString({ smallestUnit: "second" }).replace("T", " ");
  Deno.writeTextFileSync(
    `${place.state}/metal_breadcrumb.log`,
    `[${at}] SUBPROC_PRE: ${PLANTED.crumb[0]} | note=${PLANTED.path[0]}\n` +
      `[${at}] LOAD: ${PLANTED.path[0]}/m | user=${PLANTED.user[0]}\n`,
  );
  Deno.writeTextFileSync(
    `${place.state}/cadence.json`,
    JSON.stringify({ [`${PLANTED.path[0]}/m`]: now.epochMilliseconds / 1_000 }),
  );
  plantLock(place);
}

/** As the Python metal-guard writes it: nothing is masked. */
function plantLock(place: CliPlace): void {
  Deno.mkdirSync(`${place.home}/.metal-guard/locks`, { recursive: true });
  Deno.writeTextFileSync(
    lockOf(place),
    JSON.stringify({
      pid: Deno.pid,
      label: "other",
      started_at: Temporal.Now.instant().toString({ smallestUnit: "second" }),
      cmdline: SECRET_WORDS.join(" "),
    }),
  );
}

/** Everything that is planted in files, to see that the traps are set. */
export function plantedText(place: CliPlace): string {
  return filesBelow(place.root);
}

function lockOf(place: CliPlace): string {
  return `${place.home}/.metal-guard/locks/mlx_exclusive.lock`;
}

async function said(
  place: CliPlace,
  ...args: readonly string[]
): Promise<string> {
  const { stdout, stderr } = await place.run(args, {
    env: {
      OPENAI_API_KEY: PLANTED.key[0],
      HF_TOKEN: PLANTED.key[1],
      USER: PLANTED.user[0],
      LOGNAME: PLANTED.user[0],
      HOSTNAME: `${PLANTED.host[3]}.example.org`,
    },
  });
  return stdout + stderr;
}

/** Runs a guarded command that is given secrets and says a word, and the lock's record. */
async function guarded(
  place: CliPlace,
  ...args: readonly string[]
): Promise<string> {
  Deno.removeSync(lockOf(place));
  const script = `echo ${PLANTED.said[0]}; cat '${lockOf(place)}'`;
  const { stdout, stderr, code } = await place.run(
    [...args, "--", "/bin/sh", "-c", script, "sh", ...SECRET_WORDS],
    { env: { METALGUARD_PANIC_GATE_DISABLED: "1" } },
  );
  if (code !== 0) throw new Error(`it ended with ${code}: ${stderr}`);
  return stdout + stderr;
}

/** A bundle without its files has nothing private in it either. */
function assertBundle(folder: string): void {
  const names = new Set([...Deno.readDirSync(folder)].map(({ name }) => name));
  for (const name of [...BUNDLE_FILES, "panic-full-1.panic"]) {
    if (!names.has(name)) throw new Error(`there is no ${name}`);
  }
}

/** Every file below a folder, as one text. */
function filesBelow(folder: string): string {
  return [...Deno.readDirSync(folder)].map(({ name, isDirectory }) =>
    isDirectory
      ? filesBelow(`${folder}/${name}`)
      : Deno.readTextFileSync(`${folder}/${name}`)
  ).join("\n");
}
