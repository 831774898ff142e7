export function identity(x) {
  return x;
}

export function noop() {}

export const twice = (f) => (x) => f(f(x));

export default function makeTools() {
  function inner() {
    return identity(1);
  }
  return inner();
}
