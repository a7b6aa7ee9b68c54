#ifndef SF_MPI_BANK_H
#define SF_MPI_BANK_H

#include <mpi.h>
#include <stdbool.h>
#include <stdint.h>

#include "kernels/features/knowledge.h"
#include "kernels/features/tally.h"
#include "kernels/status.h"
#include "kernels/world/merchant.h"

// The bank's knowledge (kernels/features/knowledge.h) over ranks: each rank counts
// what its own customers do, and every node ends with what all of them did, in
// memory that its ranks share. The result depends on what was counted only, not on
// who counted it.
struct sf_bank;

// Collective over `comm`, which is borrowed. `first_day`: local date of day 0.
// Errors, agreed upon: SF_MEMORY. `*bank` is the caller's to free.
enum sf_status sf_bank_create(MPI_Comm comm, int32_t first_day, uint32_t days, uint32_t merchants,
                              struct sf_bank **bank, struct sf_error *error);

// Collective over the communicator of the bank, unless null.
void sf_bank_free(struct sf_bank *bank);

// Where rows at merchants are counted, until sf_bank_settle.
const struct sf_tally *sf_bank_tally(const struct sf_bank *bank);

// A fraud at a merchant that was reported on a day of the corpus. Errors: SF_MEMORY.
enum sf_status sf_bank_report(struct sf_bank *bank, uint32_t merchant, uint16_t day,
                              struct sf_error *error);

// First days of a customer on devices; a device may come several times, then its
// earliest day counts. Errors: SF_MEMORY.
enum sf_status sf_bank_sight(struct sf_bank *bank, uint32_t customer,
                             const struct sf_sighting *sighting, uint32_t count,
                             struct sf_error *error);

// Forgets the devices of a customer. Customers were sighted in order of their ids so far, and this
// comes in that order, too.
void sf_bank_unsight(struct sf_bank *bank, uint32_t customer);

// Collective. Exchanges what was counted and makes the knowledge; `map` tells the
// cells of merchants. Errors, agreed upon: SF_MEMORY; SF_CONFIG if there is more than 32 bits can
// count.
enum sf_status sf_bank_settle(struct sf_bank *bank, const struct sf_merchant_map *map,
                              struct sf_error *error);

// After sf_bank_settle; valid as long as the bank.
const struct sf_knowledge *sf_bank_knowledge(const struct sf_bank *bank);

// Lengths of the parts that depend on what was counted, after sf_bank_settle.
struct sf_bank_lengths {
  uint64_t reports, devices, device_days;
};
struct sf_bank_lengths sf_bank_lengths(const struct sf_bank *bank);

// Collective over `comm`. A bank that knows what the caller fills in: between this call
// and sf_bank_publish the leader of each node (sf_bank_leads) writes what the pointers
// of sf_bank_knowledge lead to, but for what is worked out of merchants. `lengths` are the same on
// all ranks. Errors, agreed upon: SF_MEMORY.
enum sf_status sf_bank_create_empty(MPI_Comm comm, int32_t first_day, uint32_t days,
                                    uint32_t merchants, const struct sf_bank_lengths *lengths,
                                    struct sf_bank **bank, struct sf_error *error);
bool sf_bank_leads(const struct sf_bank *bank);

// Collective: what leaders have written, offsets that lead into their lists, is seen by all,
// with what is worked out from it.
void sf_bank_publish(struct sf_bank *bank);

// Bytes of knowledge on each node, and bytes that left this rank.
int64_t sf_bank_bytes(const struct sf_bank *bank);
int64_t sf_bank_sent_bytes(const struct sf_bank *bank);

// Bytes of the knowledge of so many merchants and days, without reports and devices.
double sf_bank_table_bytes(uint32_t days, uint32_t merchants);

#endif
