/** Whether smaller or larger values are better. */
export type Direction = 'minimize' | 'maximize'
