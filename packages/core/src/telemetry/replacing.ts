/** The same object with other methods in the place of some of its own. */
export function replacing<T extends object>(object: T, methods: Partial<T>): T {
  return new Proxy(object, {
    get: (target, name) => {
      if (Object.hasOwn(methods, name)) return Reflect.get(methods, name) as unknown
      const member: unknown = Reflect.get(target, name, target)
      // It may have fields that only it can see.
      return typeof member === 'function' ? (member.bind(target) as unknown) : member
    },
  })
}
