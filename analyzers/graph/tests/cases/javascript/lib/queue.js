import { identity, noop as nothing } from './tools.js';

export class Queue {
  constructor(limit) {
    this.limit = limit;
    this.items = [];
    this.#reset();
  }

  #reset() {
    nothing();
  }

  put(item) {
    if (this.full()) {
      this.drop();
    }
    this.items.push(identity(item));
  }

  full() {
    return this.items.length >= this.limit;
  }

  drop() {
    const trim = (list) => shrink(list);
    return trim(this.items);
  }
}

export class LoudQueue extends Queue {
  constructor(limit) {
    super(limit);
  }

  put(item) {
    console.log(item);
    super.put(item);
    this.drop();
  }
}

function shrink(list) {
  return list.slice(1);
}
