// SPDX-License-Identifier: BSD-2-Clause
//
// A doubly linked queue whose links live inside the elements: it never allocates, so it never
// fails. The links of an element that is on no list are null.
#pragma once

namespace base {

template <typename T>
struct ListLink {
    T* next{nullptr};
    T* prev{nullptr};
};

/// `Link` names the member that holds the links, so one object can be on several lists.
template <typename T, ListLink<T> T::* Link>
class IntrusiveList {
public:
    IntrusiveList() = default;
    IntrusiveList(IntrusiveList const&) = delete;
    IntrusiveList& operator=(IntrusiveList const&) = delete;

    [[nodiscard]] bool empty() const { return head_ == nullptr; }
    [[nodiscard]] T* front() const { return head_; }
    [[nodiscard]] T* back() const { return tail_; }
    [[nodiscard]] static T* next(T const& element) { return (element.*Link).next; }

    void push_front(T& element) { insert_before(head_, element); }
    void push_back(T& element) { insert_before(nullptr, element); }

    /// Puts `element` in front of `position`; a null position means at the end.
    void insert_before(T* position, T& element) {
        T* const before = position != nullptr ? (position->*Link).prev : tail_;
        element.*Link = {.next = position, .prev = before};
        (before != nullptr ? (before->*Link).next : head_) = &element;
        (position != nullptr ? (position->*Link).prev : tail_) = &element;
    }

    void remove(T& element) {
        auto& link = element.*Link;
        (link.prev != nullptr ? (link.prev->*Link).next : head_) = link.next;
        (link.next != nullptr ? (link.next->*Link).prev : tail_) = link.prev;
        link = {};
    }

    /// The list is empty.
    void push_only(T& element) { head_ = tail_ = &element; }

    /// The list is not empty.
    void drop_front() {
        auto& link = head_->*Link;
        head_ = link.next;
        if (head_ == nullptr) [[likely]] {
            tail_ = nullptr; // nor has the link any neighbours
            return;
        }
        (head_->*Link).prev = nullptr;
        link = {};
    }

    [[nodiscard]] T* pop_front() {
        T* const first = head_;
        if (first != nullptr) {
            drop_front();
        }
        return first;
    }

private:
    T* head_{nullptr};
    T* tail_{nullptr};
};

} // namespace base
