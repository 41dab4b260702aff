// SPDX-License-Identifier: BSD-2-Clause
//
// TableSet: each table counts its users, the table above it among them by being one.

#include <base/scope_guard.hpp>
#include <pager/table_set.hpp>

namespace pager {

TableSet::~TableSet() {
    while (Table* const table = tables_.root()) {
        destroy(*table);
    }
}

TableSet::Table* TableSet::find(UserAddr address, unsigned level) const {
    return tables_.find(address.aligned_down(span_bits(level)).raw() + level);
}

Result<> TableSet::hold(UserAddr address) {
    Table* table = find(address, lowest_level);
    if (table == nullptr) {
        unsigned level = 1;
        for (; find(address, level) != nullptr; ++level) {
        }
        // Tables made before a failure have no users yet: release_unused() takes them back.
        for (; level <= lowest_level; ++level) {
            if (auto const made = make(address, level); !made) {
                release_unused(address, level - 1);
                return made;
            }
        }
        table = find(address, lowest_level);
    }
    ++table->users;
    return {};
}

void TableSet::release(UserAddr address) {
    --find(address, lowest_level)->users;
    release_unused(address, lowest_level);
}

void TableSet::release_unused(UserAddr address, unsigned level) {
    for (; level > 0; --level) {
        Table* const table = find(address, level);
        if (table->users > 0) {
            return;
        }
        destroy(*table);
        if (level > 1) {
            --find(address, level - 1)->users;
        }
    }
}

/// The table above is held first: memory for this one may be had by taking others away.
Result<> TableSet::make(UserAddr address, unsigned level) {
    Table* const above = level > 1 ? find(address, level - 1) : nullptr;
    if (above != nullptr) {
        ++above->users;
    }
    base::ScopeGuard leave{[&] {
        if (above != nullptr) {
            --above->users;
        }
    }};
    Frame const frame = TRY(objects_.make(api::ObjectType::PageTable, state_, owner_));
    base::ScopeGuard destroy_frame{[&] { objects_.destroy(frame); }};
    TRY(objects_.port().map_table(objects_.capability(frame), vspace_, address));
    destroy_frame.disarm();
    leave.disarm();
    tables_.insert(*new Table{.start = address.aligned_down(span_bits(level)),
                              .level = level,
                              .frame = frame,
                              .users = 0});
    ++count_;
    return {};
}

void TableSet::destroy(Table& table) {
    objects_.destroy(table.frame);
    tables_.remove(table);
    delete &table;
    --count_;
}

} // namespace pager
