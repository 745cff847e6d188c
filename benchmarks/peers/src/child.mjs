// One workload on one peer in one process: child.mjs PEER WORKLOAD/NUMBER [SETTINGS]. Prints one line of JSON.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { checkGenerator, workloads } from "./workloads.mjs";

const PEERS = ["hyperdb-js", "tanstack", "tinybase", "mobx"];
const DEFAULTS = { rows: 100000, warmUpMs: 300, repetitionMs: 250, repetitions: 5, slowRepetitions: 3 };

function versionOf(name) {
  const folders = createRequire(import.meta.url).resolve.paths(name);
  for (const folder of folders) {
    try {
      return JSON.parse(readFileSync(`${folder}/${name}/package.json`, "utf8")).version;
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
    }
  }
  throw new Error(`${name} is not installed: npm ci`);
}

async function main([peerName, workloadName, settingsText = "{}"]) {
  if (process.env.NODE_ENV !== "production") throw new Error("NODE_ENV must be production");
  if (!PEERS.includes(peerName)) throw new Error(`no peer ${peerName}; there are ${PEERS.join(", ")}`);
  const [name, number] = workloadName.split("/");
  const workload = workloads[name];
  if (!workload || !(Number(number) > 0)) throw new Error(`no workload ${workloadName}`);
  const { peer } = await import(`./adapters/${peerName}.mjs`);
  const about = { peer: peerName, workload: workloadName, version: versionOf(peer.package) };
  if (peer.cannot[name]) return { ...about, cannot: peer.cannot[name] };
  checkGenerator();
  const settings = { ...DEFAULTS, ...JSON.parse(settingsText) };
  const took = workload(peer, Number(number), settings);
  return { ...about, ...took, setUpSeconds: settings.setUpSeconds, wholeSeconds: process.uptime() };
}

// Peers keep timers of their own (clean-up, pings): the process ends when the workload has.
main(process.argv.slice(2)).then(
  (result) => {
    process.stdout.write(JSON.stringify(result) + "\n", () => process.exit(0));
  },
  (error) => {
    process.stderr.write(`${error.stack}\n`, () => process.exit(1));
  },
);
