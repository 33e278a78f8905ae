/** Where a PostgreSQL listens, whether it is ours or an outside one. */
export interface PostgresConnection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** The same as a `postgres://` URL, for other processes and libraries; it holds the password. */
export const urlOf = ({ host, port, user, password, database }: PostgresConnection) =>
  `postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${port}/${encodeURIComponent(database)}`;
