export class InMemoryStorage {}
