import { library } from "../native/native_place.ts";

async function main(): Promise<void> {
  const answer = await library.readHostMemory();
  if (answer.kind !== "answered") throw new Error(answer.because);
}

void main();
