import type { Repository } from './model';
import { Entity, User } from './model';

export class MemoryStore implements Repository<User> {
  private users = new Map<string, User>();

  find(id: string): User | undefined {
    return this.users.get(id);
  }

  save(item: User): void {
    if (item.check()) {
      this.users.set(item.id, item);
    }
  }
}

export namespace audit {
  export function record(entity: Entity): void {
    write(entity.id);
  }

  function write(line: string): void {
    console.log(line);
  }
}
