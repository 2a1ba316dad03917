/** Optuna's tables as its MySQL databases have them, and those of our own. */
const attributes = (
  owner: 'study' | 'trial',
  kind: 'user' | 'system',
  owners: string,
) => `CREATE TABLE IF NOT EXISTS ${owner}_${kind}_attributes (
  ${owner}_${kind}_attribute_id INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ${owner}_id INTEGER,
  \`key\` VARCHAR(512),
  value_json TEXT,
  UNIQUE (${owner}_id, \`key\`),
  FOREIGN KEY (${owner}_id) REFERENCES ${owners} (${owner}_id)
)`

const VALUE_TYPES = `'FINITE','INF_POS','INF_NEG'`

export const OPTUNA_TABLES: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS studies (
  study_id INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY,
  study_name VARCHAR(512) NOT NULL,
  UNIQUE INDEX ix_studies_study_name (study_name)
)`,
  `CREATE TABLE IF NOT EXISTS study_directions (
  study_direction_id INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY,
  direction ENUM('NOT_SET','MINIMIZE','MAXIMIZE') NOT NULL,
  study_id INTEGER NOT NULL,
  objective INTEGER NOT NULL,
  UNIQUE (study_id, objective),
  FOREIGN KEY (study_id) REFERENCES studies (study_id)
)`,
  attributes('study', 'user', 'studies'),
  attributes('study', 'system', 'studies'),
  `CREATE TABLE IF NOT EXISTS trials (
  trial_id INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY,
  number INTEGER,
  study_id INTEGER,
  state ENUM('RUNNING','COMPLETE','PRUNED','FAIL','WAITING') NOT NULL,
  datetime_start DATETIME,
  datetime_complete DATETIME,
  INDEX ix_trials_study_id (study_id),
  FOREIGN KEY (study_id) REFERENCES studies (study_id)
)`,
  attributes('trial', 'user', 'trials'),
  attributes('trial', 'system', 'trials'),
  `CREATE TABLE IF NOT EXISTS trial_params (
  param_id INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY,
  trial_id INTEGER,
  param_name VARCHAR(512),
  param_value DOUBLE,
  distribution_json TEXT,
  UNIQUE (trial_id, param_name),
  FOREIGN KEY (trial_id) REFERENCES trials (trial_id)
)`,
  `CREATE TABLE IF NOT EXISTS trial_values (
  trial_value_id INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY,
  trial_id INTEGER NOT NULL,
  objective INTEGER NOT NULL,
  value DOUBLE,
  value_type ENUM(${VALUE_TYPES}) NOT NULL,
  UNIQUE (trial_id, objective),
  FOREIGN KEY (trial_id) REFERENCES trials (trial_id)
)`,
  `CREATE TABLE IF NOT EXISTS trial_intermediate_values (
  trial_intermediate_value_id INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY,
  trial_id INTEGER NOT NULL,
  step INTEGER NOT NULL,
  intermediate_value DOUBLE,
  intermediate_value_type ENUM(${VALUE_TYPES},'NAN') NOT NULL,
  UNIQUE (trial_id, step),
  FOREIGN KEY (trial_id) REFERENCES trials (trial_id)
)`,
  `CREATE TABLE IF NOT EXISTS trial_heartbeats (
  trial_heartbeat_id INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY,
  trial_id INTEGER NOT NULL,
  heartbeat DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
  UNIQUE (trial_id),
  FOREIGN KEY (trial_id) REFERENCES trials (trial_id)
)`,
  `CREATE TABLE IF NOT EXISTS version_info (
  version_info_id INTEGER NOT NULL PRIMARY KEY,
  schema_version INTEGER,
  library_version VARCHAR(256),
  CHECK (version_info_id = 1)
)`,
  `CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)`,
]
