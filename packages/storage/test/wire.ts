import { connect, type Socket } from 'node:net'

/** Commands of the MySQL protocol. */
const QUERY = 0x03
const EXECUTE = 0x17

/** Connections to a server that are watched: they count what goes over them, and can lose an answer. */
export class Wire {
  /** Statements, and transactions that commit. A statement outside of one is a transaction of its own. */
  statements = 0
  transactions = 0
  readonly #port: number
  #losing: { readonly what: 'commit' | 'statement'; readonly meanwhile: () => Promise<unknown> } | undefined
  #lost = 0

  constructor(url: string) {
    this.#port = Number(new URL(url).port)
  }

  /** How many answers were lost. */
  get lost(): number {
    return this.#lost
  }

  readonly stream = () => {
    const socket = connect(this.#port, '127.0.0.1')
    const write = socket.write.bind(socket)
    socket.write = (chunk: Buffer, ...rest: never[]) => {
      this.#take(chunk, socket)
      return write(chunk, ...rest)
    }
    return socket
  }

  /**
   * Lets the server do the next commit, or the next statement, and loses its answer.
   *
   * @param meanwhile what others do before the client notices.
   */
  loseNext(what: 'commit' | 'statement', meanwhile: () => Promise<unknown> = async () => {}): void {
    this.#losing = { what, meanwhile }
  }

  /** What one piece of work costs. */
  async costOf(work: () => Promise<unknown>): Promise<{ statements: number; transactions: number }> {
    const [statements, transactions] = [this.statements, this.transactions]
    await work()
    return { statements: this.statements - statements, transactions: this.transactions - transactions }
  }

  /** A packet: three bytes of length, its number, which is 0 for a command, and the command. */
  #take(packet: Buffer, socket: Socket): void {
    if (packet[3] !== 0) return
    const [command, text] = [packet[4], packet.subarray(5).toString('latin1')]
    // MySQL 8 and later put the number of query attributes before the text.
    const isCommit = command === QUERY && text.endsWith('COMMIT')
    if (command === EXECUTE) this.statements++
    if (isCommit) this.transactions++
    const { what } = this.#losing ?? {}
    if ((what === 'commit' && isCommit) || (what === 'statement' && command === EXECUTE)) this.#lose(socket)
  }

  #lose(socket: Socket): void {
    const meanwhile = this.#losing?.meanwhile
    this.#losing = undefined
    this.#lost++
    const emit = socket.emit.bind(socket)
    let hasAnswered = false
    socket.emit = (event: string, ...rest: unknown[]) => {
      if (event !== 'data') return emit(event, ...rest)
      // The server has answered, so it is done.
      if (!hasAnswered)
        void meanwhile?.().finally(() =>
          socket.destroy(Object.assign(new Error('lost'), { code: 'ECONNRESET' })),
        )
      hasAnswered = true
      return true
    }
  }
}
