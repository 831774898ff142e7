import { User, slug as toSlug } from './model';
import { MemoryStore, audit } from './store';
import type { Repository } from './model';

export class Service {
  constructor(private readonly repository: Repository<User>) {}

  register(name: string): User {
    const user = User.create(toSlug(name));
    this.repository.save(user);
    audit.record(user);
    return user;
  }

  lookup(id: string, repository: Repository<User> = this.repository): User | undefined {
    return repository.find(id);
  }
}

export const start = (): Service => {
  const service = new Service(new MemoryStore());
  service.register('Ada');
  return service;
};

function register(start: () => void): void {
  start();
}

register(() => start());
