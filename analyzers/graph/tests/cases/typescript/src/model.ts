export interface Repository<T> {
  find(id: string): T | undefined;
  save(item: T): void;
}

export abstract class Entity {
  constructor(readonly id: string) {}

  abstract validate(): boolean;

  check(): boolean {
    return this.validate() && isId(this.id);
  }
}

export class User extends Entity {
  static create(name: string): User {
    return new User(slug(name));
  }

  validate(): boolean {
    return this.id.length > 0;
  }
}

export function slug(text: string): string;
export function slug(text: string, separator: string): string;
export function slug(text: string, separator = '-'): string {
  return text.split(' ').join(separator);
}

function isId(id: string): boolean {
  return id !== '';
}
