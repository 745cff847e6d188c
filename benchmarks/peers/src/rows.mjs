// The rows of benchmarks/workload.cpp, the same in every byte: splitmix64 with the same seeds.

const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";

/** The upper 32 bits of the product of two 32-bit numbers. */
function multiplyHigh(a, b) {
  const aLow = a & 0xffff, aHigh = a >>> 16, bLow = b & 0xffff, bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const middle2 = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 65536) + Math.floor(middle2 / 65536)) >>> 0;
}

/** splitmix64, as `Random` of benchmarks/workload.cpp, in halves of 32 bits: BigInt takes ten times as long. */
export class Random {
  constructor(seed) {
    this.high = Math.floor(seed / 2 ** 32) >>> 0;
    this.low = seed % 2 ** 32 >>> 0;
  }

  /** A number below `bound`, which must be less than 2^20. */
  below(bound) {
    const sum = this.low + 0x7f4a7c15;
    this.low = sum >>> 0;
    this.high = (this.high + 0x9e3779b9 + (sum > 0xffffffff ? 1 : 0)) >>> 0;
    let high = this.high, low = this.low;
    const xorShift = (count) => {
      const shifted = ((low >>> count) | (high << (32 - count))) >>> 0;
      high = (high ^ (high >>> count)) >>> 0;
      low = (low ^ shifted) >>> 0;
    };
    const multiply = (byHigh, byLow) => {
      high = (multiplyHigh(low, byLow) + Math.imul(high, byLow) + Math.imul(low, byHigh)) >>> 0;
      low = Math.imul(low, byLow) >>> 0;
    };
    xorShift(30);
    multiply(0xbf58476d, 0x1ce4e5b9);
    xorShift(27);
    multiply(0x94d049bb, 0x133111eb);
    xorShift(31);
    return ((high % bound) * (2 ** 32 % bound) + (low % bound)) % bound;
  }
}

export const PROJECTS_COUNT = 100;
export const taskId = (number) => `task-${number}`;
export const projectName = (number) => `project-${number}`;

/** Row number `number` of the workload; numbers below a million keep the seed exact in a double. */
export function makeTask(number, projects = PROJECTS_COUNT) {
  const random = new Random(number * 2654435761 + 17);
  let orderToken = "";
  for (let i = 0; i < 8; ++i) orderToken += DIGITS[random.below(36)];
  return {
    id: taskId(number),
    projectId: projectName(number % projects),
    title: `Task ${number}`,
    state: random.below(2) === 0 ? "todo" : "done",
    orderToken,
    order: number,
  };
}

export function makeTasks(count, projects = PROJECTS_COUNT, start = 0) {
  const rows = new Array(count);
  for (let i = 0; i < count; ++i) rows[i] = makeTask(start + i, projects);
  return rows;
}

/** A copy with the other state: what every update writes. */
export const flipped = (row) => ({ ...row, state: row.state === "todo" ? "done" : "todo" });

/** Order of the index byProjectOrder within one project; ids break ties. */
export function compareInProject(a, b) {
  if (a.orderToken !== b.orderToken) return a.orderToken < b.orderToken ? -1 : 1;
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  return 0;
}

/** Random positions below `bound`, drawn beforehand: the function that is returned only reads an array. */
export function choices(seed, bound, count = 1 << 16) {
  const random = new Random(seed);
  const drawn = Uint32Array.from({ length: count }, () => random.below(bound));
  let position = -1;
  return () => drawn[(position = (position + 1) & (count - 1))];
}
