# `just` lists the recipes.
default:
    @just --list

# Run the server.
run:
    cargo run

# Run every test, with what the tests need.
test:
    scripts/test

# Check format and lints.
lint:
    scripts/lint

# Run a command beside a throw-away PostgreSQL, such as `just with-postgres cargo test -p rialto-adapter-postgres`.
with-postgres +command:
    scripts/services/postgres.sh {{command}}

# Kill the server again and again while people send; `just crash 100`.
crash cycles="50":
    cargo build
    RIALTO_CRASH_CYCLES={{cycles}} scripts/services/postgres.sh cargo test -p rialto-tests crash -- --nocapture

# Measure against the references, all rows or some: `just bench`, `just bench M1 M5`, `just bench --quick`.
bench *rows:
    cargo build --release --package rialto-server --package rialto-bench
    RIALTO_POSTGRES_DURABLE=on scripts/services/postgres.sh cargo run --quiet --release --package rialto-bench -- {{rows}}

# Write docs/openapi.json from the routes, and docs/asyncapi.json from the frames.
openapi:
    cargo run --quiet -- openapi > docs/openapi.json
    cargo run --quiet -- asyncapi > docs/asyncapi.json

# Build the binary that is shipped.
dist:
    cargo build --profile dist --locked
