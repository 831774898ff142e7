import { LoudQueue, same, makeTools } from './lib/index.js';
import * as tools from './lib/tools.js';
import build, { twice } from './lib/tools.js';
import legacy from './lib/legacy.js';

export async function main() {
  const queue = new LoudQueue(3);
  queue.put(same(1));
  tools.noop();
  makeTools();
  build();
  twice(same)(2);
  await later(queue);
  legacy('x');
}

async function later(queue) {
  if (queue.full()) {
    finish(() => report(queue));
  }
}

const finish = (done) => done();

function report(finish) {
  finish('ready');
}

main();
