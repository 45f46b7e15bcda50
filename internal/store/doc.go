// Package store is the only place with SQL. One text serves SQLite and PostgreSQL: it is written as PostgreSQL that SQLite also accepts.
package store
