#!/bin/sh
# How the migrations of this example were written, on a database that holds before.sql.
set -eu
cd "$(dirname "$0")"
mdt new migration move_inventory_status --move-schema public.inventory_status products
mdt new migration move_size_region --move-schema public.size_region products
mdt new migration move_sizes --move-schema public.sizes products
mdt new migration move_system_config --move-schema public.system_config system.config
mdt new migration move_system_logs --move-schema public.system_logs system.logs
mdt new migration move_sales --move-schema sales transactions
mdt apply
mdt new migration widen_log_ids --change-type system.logs.id bigint
