import { z } from 'zod'
import { duration } from '../../config/duration.ts'

/** How metrics come back from a run. */
const output = z.strictObject({
  file: z
    .string()
    .min(1)
    .optional()
    .describe("The file with the metrics, in the run's folder, TUNE_DIR. Default: standard output."),
  format: z
    .enum(['json', 'jsonl', 'csv', 'text'])
    .optional()
    .describe('What the file is. Default: by its name, else text with auc=0.91 or a JSON object on a line.'),
  pattern: z
    .string()
    .min(1)
    .optional()
    .describe('A regular expression with a group named after each metric, and step.'),
  step: z
    .string()
    .min(1)
    .optional()
    .describe('The name of the step. Default: step, global_step, epoch, iteration or iter.'),
})

/** What a file says of an objective that is a command. */
export const commandKeys = {
  command: z
    .union([z.array(z.coerce.string()).min(1), z.string().min(1)], {
      error: 'a list of the program and its arguments, or a text with shell: true',
    })
    .optional()
    .describe(
      'The program and its arguments, run for each trial, or for each instance. Names in braces stand for parameters, and for {instance}, {trial}, {study}, {slot} and {dir}.',
    ),
  shell: z.boolean().optional().describe('Whether the command is a text for /bin/sh. Default: false.'),
  version: z
    .string()
    .optional()
    .describe(
      'What the command measures, in a word: another one when its values cannot be compared any more.',
    ),
  cwd: z
    .string()
    .min(1)
    .optional()
    .describe('The folder that it runs in, from that of this file. Default: that of this file.'),
  env: z.record(z.string(), z.coerce.string()).optional().describe('What is added to its environment.'),
  output: output.optional().describe('How metrics come back. Default: in lines of standard output.'),
  folder: z
    .string()
    .min(1)
    .optional()
    .describe('Where each run has a folder with its parameters and its output. Default: .tune.'),
  grace: duration
    .optional()
    .describe('How long a run has to end by itself when it is stopped. Default: 10 s.'),
}
